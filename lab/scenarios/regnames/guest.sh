# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/regnames.ko
/lab/client regpeek write /dev/regnames ctrl &
sleep 1
/lab/client regpoke write /dev/regnames zoom &
