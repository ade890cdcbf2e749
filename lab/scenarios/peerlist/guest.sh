# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/peerlist.ko
for i in 1 2; do /lab/client -n 3 joiner write /dev/peers & done
sleep 7
log "busy for a while now"
