# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/sesstab.ko
echo hello > /dev/sessions
/lab/client sessadm ioctl /dev/sessions 3 &
sleep 0.5
( echo uploader > /proc/self/comm; echo more > /dev/sessions ) &
