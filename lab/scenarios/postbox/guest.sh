# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/postbox.ko
/lab/client -n 1 pensioner ioctl /dev/postbox 20 &
sleep 1
/lab/client -n 1 courier ioctl /dev/postbox 2000 &
