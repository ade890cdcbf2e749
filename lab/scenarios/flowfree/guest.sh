# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/flowfree.ko
/lab/client flowctl ioctl /dev/flows 12 &
sleep 1
/lab/client flowctl ioctl /dev/flows 33 &
