# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/linkwatch.ko
ifconfig lo 127.0.0.1 up
sleep 1
ifconfig lo down
sleep 1
log "the link is down"
