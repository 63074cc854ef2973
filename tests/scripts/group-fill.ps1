param($Group = 'Sales', $Csv = 'members.csv')
Connect-MgGraph -Scopes 'GroupMember.ReadWrite.All','User.Read.All' -NoWelcome
$target = Get-MgGroup -Filter "displayName eq '$Group'"
foreach ($line in Import-Csv $Csv) {
    $user = Get-MgUser -UserId $line.UPN -ErrorAction SilentlyContinue
    if (!$user) { Write-Warning "$($line.UPN) not found"; continue }
    try {
        New-MgGroupMember -GroupId $target.Id -DirectoryObjectId $user.Id -ErrorAction Stop
        "$($line.UPN) added"
    } catch {
        if ($_.Exception.Message -match 'added object references already exist') { "$($line.UPN) is a member already" } else { throw }
    }
}
