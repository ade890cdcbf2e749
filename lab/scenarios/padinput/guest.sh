# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/padinput.ko
/lab/client padtest ioctl /dev/pads 4 &
sleep 1
/lab/client joystick ioctl /dev/pads 7 &
