# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/vlanmap.ko
/lab/client dumpd read /dev/vlans &
sleep 1
/lab/client vlanctl write /dev/vlans 5 &
sleep 9
log "busy for a while now"
