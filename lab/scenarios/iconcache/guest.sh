# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/iconcache.ko
echo draw > /dev/icons
/lab/client -c 0 themed ioctl /dev/icons 1 &
sleep 0.5
( echo windowd > /proc/self/comm; echo draw > /dev/icons ) &
