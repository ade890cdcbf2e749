# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/docmerge.ko
/lab/client -n 0 -u 1000 merger write /dev/docmerge pages &
/lab/client -n 0 -u 1000 differ read /dev/docmerge &
sleep 1
/lab/client -n 0 -u 1000 editor read /dev/docmerge &
sleep 9
log "busy for a while now"
