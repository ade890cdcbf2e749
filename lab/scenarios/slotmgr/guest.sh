# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/slotmgr.ko
for frame in a bc def; do echo $frame > /dev/slots; done
/lab/client framegrab read /dev/slots &
