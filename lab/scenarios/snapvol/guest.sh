# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/snapvol.ko
/lab/client backupd read /dev/snap0 &
sleep 1
/lab/client merger write /dev/snap0 5 &
sleep 1
/lab/client merger ioctl /dev/snap0 5 &
sleep 9
log "busy for a while now"
