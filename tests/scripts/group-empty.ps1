Connect-MgGraph -Scopes GroupMember.ReadWrite.All -NoWelcome
$g = Get-MgGroup -Filter "startsWith(displayName,'Sal')" -Top 1
$members = Get-MgGroupMember -GroupId $g.Id -All
ForEach ($m in $members) {
    Remove-MgGroupMemberDirectoryObjectByRef -GroupId $g.Id -DirectoryObjectId $m.Id -Confirm:$false
}
