# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/netquota.ko
/lab/client -n 20 -u 1000 meter write /dev/quota lo &
/lab/client -n 20 -u 1000 display read /dev/quota &
sleep 1
/lab/client limiter write /dev/quota eth9 &
sleep 1
ip link set lo up &
ifconfig lo mtu 1400 &
/lab/client -n 3 gauge read /dev/quota &
sleep 7
log "busy for a while now"
