# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/cpumeter.ko
/lab/client -c 0 meterd ioctl /dev/cpumeter 20 &
sleep 1
/lab/client -c 1 meterctl ioctl /dev/cpumeter 21 &
