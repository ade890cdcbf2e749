# Runs in the guest, sourced by init.
/lab/idlers
insmod /lab/spiflash.ko
/lab/client -c 1 -n 0 -u 20000 -f flasher write /dev/spiflash &
sleep 9
log "busy for a while now"
