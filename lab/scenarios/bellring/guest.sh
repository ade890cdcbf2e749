# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/bellring.ko
/lab/client -n 1 ringer write /dev/carillon 4 &
sleep 1
/lab/client -n 1 sexton write /dev/carillon 7 &
