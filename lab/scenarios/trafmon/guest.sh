# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/trafmon.ko
/lab/client -n 20 small ioctl /dev/traffic 77 &
sleep 1
/lab/client -n 1 bulk ioctl /dev/traffic 1500 &
