# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/tagmap.ko
/lab/client -n 5 -u 1000 tagger write /dev/tagmap 12 &
sleep 1
/lab/client restorer ioctl /dev/tagmap 1 &
sleep 1
for i in 1 2; do /lab/client -n 3 -u 1000 labeler write /dev/tagmap 12 & done
sleep 7
log "busy for a while now"
