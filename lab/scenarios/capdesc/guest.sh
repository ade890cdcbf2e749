# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/capdesc.ko
/lab/client arecord ioctl /dev/capture 48000 &
