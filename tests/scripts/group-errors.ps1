# Who is in error over the licences of a group, and why?
Connect-MgGraph -Scopes 'Group.Read.All','User.Read.All' -NoWelcome
$bad = Get-MgGroup -All -Filter 'hasMembersWithLicenseErrors eq true' -Property id,displayName
foreach ($group in $bad) {
    $members = Get-MgGroupMemberWithLicenseError -GroupId $group.Id -All
    foreach ($member in $members) {
        $user = Get-MgUser -UserId $member.Id -Property DisplayName, LicenseAssignmentStates
        $user.LicenseAssignmentStates | Where-Object { $_.AssignedByGroup -eq $group.Id -and $_.Error -ne 'None' } | ForEach-Object {
            [PSCustomObject]@{ Group = $group.DisplayName; User = $user.DisplayName; Why = $_.Error }
        }
    }
}
