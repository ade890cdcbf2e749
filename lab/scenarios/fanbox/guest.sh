# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/fanbox.ko
/lab/client -n 1 remover ioctl /dev/fanbox 1 &
sleep 1
/lab/client -n 1 asker ioctl /dev/fanbox 12 &
(exec sh -c 'sleep 0.1; echo 7 > /sys/kernel/fanbox/speed') &
sleep 8
log "busy for a while now"
