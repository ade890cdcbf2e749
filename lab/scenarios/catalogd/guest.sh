# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/catalogd.ko
/lab/client -n 0 -u 300 updater write /dev/catalog &
/lab/client -n 0 -u 300 checkpointer ioctl /dev/catalog 1 &
sleep 1
for i in 1 2; do /lab/client -n 9 browser read /dev/catalog & done
sleep 7
log "busy for a while now"
