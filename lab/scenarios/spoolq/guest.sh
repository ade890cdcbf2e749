# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/spoolq.ko
/lab/client -n 0 -u 5000 banner ioctl /dev/spoolq 1 &
sleep 1
for i in 1 2; do /lab/client -n 0 -u 2000 pager read /dev/spoolq & done
/lab/client -n 0 -u 2000 flusher ioctl /dev/spoolq 2 &
sleep 7
log "busy for a while now"
