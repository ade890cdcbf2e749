# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/chanidr.ko
/lab/client chanstat ioctl /dev/chans 3 &
sleep 1
/lab/client chanctl ioctl /dev/chans 9 &
