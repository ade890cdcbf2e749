# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/optreg.ko
( echo paneld > /proc/self/comm; echo vpanel > /sys/module/optreg/parameters/enable ) &
