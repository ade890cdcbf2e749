# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/chanpool.ko
/lab/client -c 0 -n 0 -u 2000 tuner ioctl /dev/channel 7 &
/lab/client -c 1 -n 0 player read /dev/channel &
