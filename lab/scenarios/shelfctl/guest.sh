# Runs in the guest, sourced by init.
/lab/idlers
echo 2 > /proc/sys/kernel/watchdog_thresh
taskset 2 insmod /lab/shelfctl.ko
taskset -p 1 $$
for i in 1 2; do /lab/client -c 3 -n 400 -u 20000 logreader read /dev/shelf0 & done
sleep 1
/lab/client -c 1 -n 300 -u 3000 archiver write /dev/shelf0 &
sleep 2
/lab/client -c 2 -n 300 -u 5000 restorer write /dev/shelf0 &
sleep 7
log "busy for a while now"
