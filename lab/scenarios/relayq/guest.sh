# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/relayq.ko
/lab/client -c 1 -n 0 switch1 write /dev/relay 1 &
sleep 9
log "busy for a while now"
