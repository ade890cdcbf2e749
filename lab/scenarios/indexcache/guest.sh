# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/indexcache.ko
sleep 1
for i in 1 2; do /lab/client -n 0 -u 2000 lookup read /dev/indexcache & done
/lab/client -n 0 -u 2000 storer write /dev/indexcache &
sleep 7
log "busy for a while now"
