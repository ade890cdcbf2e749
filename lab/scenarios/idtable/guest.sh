# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/idtable.ko
/lab/client -n 20 -u 1000 provision write /dev/idtable 41 &
sleep 1
for i in 1 2 3; do /lab/client -n 5 -u 1000 enumerate read /dev/idtable & done
sleep 7
log "busy for a while now"
