# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/aligncheck.ko
/lab/client tarwriter write /dev/tapeunit odd &
sleep 2
/lab/client mtseek ioctl /dev/tapeunit 5 &
