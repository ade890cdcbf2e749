# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/scanarm.ko
/lab/client -n 0 -u 1000 mover write /dev/scanner 1 &
/lab/client -n 1 farmover write /dev/scanner 12345 &
pid=$!
sleep 1
kill -9 $pid
sleep 1
for i in 1 2 3; do (while :; do head -c 0 /dev/null; done) & done
/lab/client -n 0 -u 1000 viewer read /dev/scanner &
/lab/client -n 0 -u 1000 preview read /dev/scanner &
sleep 7
log "busy for a while now"
