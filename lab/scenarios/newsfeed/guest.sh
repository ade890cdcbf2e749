# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/newsfeed.ko
/lab/client -n 2 -u 300000 reader ioctl /dev/feed 1 &
