# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/scandev.ko
sleep 1
/lab/client -c 2 -n 9 -u 1000 viewer read /dev/scanner &
sleep 9
log "busy for a while now"
