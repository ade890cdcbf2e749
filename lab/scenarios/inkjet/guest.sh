# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/inkjet.ko
/lab/client printer write /dev/inkjet 1 &
sleep 1
for i in 1 2; do /lab/client spooler read /dev/inkjet & done
sleep 9
log "busy for a while now"
