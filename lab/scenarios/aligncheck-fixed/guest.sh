# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/aligncheck.ko
/lab/client tarwriter write /dev/tapeunit odd &
sleep 3
log "busy for a while now"
