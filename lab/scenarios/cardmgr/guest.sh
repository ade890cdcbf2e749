# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/cardmgr.ko
sleep 1
/lab/client ejector ioctl /dev/cards 1 &
sleep 1
for i in 1 2; do /lab/client -n 3 -u 1000 lister read /dev/cards & done
sleep 8
log "busy for a while now"
