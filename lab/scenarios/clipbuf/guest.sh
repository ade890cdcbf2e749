# Runs in the guest, sourced by init.
insmod /lab/clipbuf.ko
echo x > /dev/clips
/lab/client clipadm ioctl /dev/clips 1 &
