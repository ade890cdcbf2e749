# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/zonemap.ko
/lab/client -n 0 -u 5000 surveyor ioctl /dev/zonemap 1 &
sleep 1
/lab/client -n 0 -u 50000 drawer write /dev/zonemap &
sleep 1
for i in 1 2; do /lab/client -n 0 -u 2000 reader read /dev/zonemap & done
sleep 7
log "busy for a while now"
