# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/binrecycle.ko
for n in 1 2 3 4 5; do echo "$n" > /dev/bins; sleep 0.1; done
sleep 2
log "the bins are empty"
