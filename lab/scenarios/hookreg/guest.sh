# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/hookreg.ko
( echo hookctl > /proc/self/comm; echo 75 > /sys/module/hookreg/parameters/drop ) &
