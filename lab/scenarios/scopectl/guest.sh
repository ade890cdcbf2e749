# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/scopectl.ko
sleep 1
/lab/client -n 3 tracer ioctl /dev/scope 7 &
sleep 1
/lab/client -n 1 panel ioctl /dev/scope 17 &
