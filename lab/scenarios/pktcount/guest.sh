# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/pktcount.ko
ifconfig lo 127.0.0.1 up
/lab/beacon 123 514 5140 &
sleep 2
log "the beacon has ended"
