# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/flowsync.ko
echo go > /dev/flow
/lab/client flowctl ioctl /dev/flow 1 &
