# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/mapshare.ko
/lab/client -n 1 mapexport ioctl /dev/mapshare 1 &
for i in 1 2; do /lab/client -n 0 -u 2000 maplookup read /dev/mapshare & done
sleep 1
/lab/client -n 0 -u 5000 mapupdate write /dev/mapshare 12 &
sleep 7
log "busy for a while now"
