# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/profctl.ko
( echo mixer > /proc/self/comm; echo 6 > /sys/module/profctl/parameters/gain ) &
