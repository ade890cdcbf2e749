# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/wanlink.ko
ifconfig wan0 10.1.2.3 up &
sleep 1
ip link set lo up &
ip addr add 127.0.0.1/8 dev lo &
ip link set wan0 mtu 1400 &
sleep 7
log "busy for a while now"
