Connect-MgGraph -Scope User.ReadWrite.All -NoWel
$s = Get-MgSubscribedSku -all
$u = Get-MgUser -Filt "department eq 'HR'" -Select Id,DisplayName,AccountEnabled -Cons eventual -Count n -OrderBy displayName
foreach ($x in $u) {
    if ($x.AccountEnabled) {
        Set-MgUserLicense -user $x.Id -addl @{skuid=($s|? skupartnumber -like 'flow*').skuid} -rem @() | Out-Null
    }
}
"$n in HR"
