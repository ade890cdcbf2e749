# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/ledpanel.ko
/lab/client -n 1 dimmer ioctl /dev/ledpanel 1 &
sleep 1
/lab/client -n 1 asker ioctl /dev/ledpanel 13 &
sleep 8
log "busy for a while now"
