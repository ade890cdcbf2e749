# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/doorlog.ko
/lab/client -n 1 remover ioctl /dev/doorlog 1 &
sleep 1
(exec cat /proc/doorlog) &
/lab/client -n 1 asker ioctl /dev/doorlog 12 &
sleep 8
log "busy for a while now"
