# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
echo 1 > /proc/sys/kernel/panic_on_warn
insmod /lab/chanref.ko
/lab/client voiced ioctl /dev/voice 1 &
