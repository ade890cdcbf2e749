# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/bootopts.ko
sleep 1
/lab/client optsd ioctl /dev/bootopts 1 &
