# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/tracklog.ko
(/lab/client -n 40 -u 5000 courier write /dev/tracks 1) &
/lab/client -n 0 -u 3000 mapper2 read /dev/tracks &
sleep 2
for i in 1 2; do /lab/client -n 0 -u 3000 dispatcher read /dev/tracks & done
sleep 8
log "busy for a while now"
