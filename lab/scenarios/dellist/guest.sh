# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/dellist.ko
/lab/client -u 100 listener ioctl /dev/chat 1 &
( echo talkd > /proc/self/comm; echo bye > /dev/chat ) &
